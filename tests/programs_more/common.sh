# Sourced: checks.sh, and data for every task in its folder.
. "$(dirname "${BASH_SOURCE[0]}")/../support/checks.sh"
refuses() { fails_with "$@"; }

# 240 sequences of 40 bases, in which TGACTCA or GGCGGG may stand, and tables of labels for every task
awk 'BEGIN {
    srand(5)
    print "name\tAP1\tGG" > "yes.tsv"; print "name\tsmall\tlarge" > "numbers.tsv"; print "name\tAP1\tGG\tnone" > "classes.tsv"
    print "name\ta\tb\tc\td" > "profiles.tsv"; print "name\treads" > "counted.tsv"; print "name\tnew" > "new.tsv"
    print "name\tAP1\tnew" > "both.tsv"
    for (i = 0; i < 240; ++i) {
        name = "chr" (i % 6 + 1) ":" 100 * i "-" 100 * i + 40
        s = ""
        for (k = 0; k < 40; ++k) s = s substr("ACGT", int(rand() * 4) + 1, 1)
        a = rand() < .5; g = rand() < .5
        if (a) s = "TGACTCA" substr(s, 8)
        if (g) s = substr(s, 1, 30) "GGCGGG" substr(s, 37)
        noise = rand()
        print ">" name "\n" s > "seq.fa"
        print name "\t" a "\t" (i % 9 == 0 ? "" : g) > "yes.tsv"
        print name "\t" 2 * a - g + noise "\t" (i % 7 == 0 ? "" : 100 * g + noise) > "numbers.tsv"
        print name "\t" a "\t" (!a && g) "\t" (!a && !g) > "classes.tsv"
        print name "\t" a + noise / 9 "\t" g "\t" 1 - g "\t" a - g > "profiles.tsv"
        print name "\t" int(1 + 8 * a + 3 * noise) > "counted.tsv"
        print name "\t" (a && g) > "new.tsv"
        print name "\t" a "\t" (a && g) > "both.tsv"
        row = name "\t" s "\t" a "\t" g
        print row > "table.tsv"
        print row > (i % 6 == 4 ? "valid_table.tsv" : i % 6 == 5 ? "test_table.tsv" : "train_table.tsv")
        print substr(s, 1, 35) "\t" 1000 * a + 500 * g + 100 * noise "\t" 7 > "array1.txt"
        print substr(s, 1, 35) "\t" 2000 * a + 800 * g + 100 * noise "\t" 7 > "array2.txt"
    }
}'
shape=(--width 8 --hidden 6 --batch 30)
small=("${shape[@]}" --units 4 --epochs 2)
tune=(--batch 30 --learning-rate 0.003)
