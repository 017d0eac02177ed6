"""Values of scikit-learn and scipy that tests/unit/train/measures.cpp holds the tasks to.

    python task_values.py        (needs numpy, scipy, scikit-learn)
"""
import numpy as np
from scipy import stats
from sklearn import metrics

nan = np.nan
logits = np.array([[2.0, -1.0, 0.5], [-0.5, 0.25, 1.0], [2.0, 3.0, -2.0], [-3.0, 0.25, 0.0], [0.75, -2.0, 4.0],
                   [-1.0, 1.5, -0.75], [0.0, -0.5, 2.5], [1.25, 0.25, -1.5]])


def show(name, values):
    print(name, " ".join(f"{x:.15g}" for x in np.atleast_1d(values)))


def columns(predictions, labels, f):
    values = []
    for p, y in zip(predictions.T, labels.T):
        there = ~np.isnan(y)
        values.append(f(y[there], p[there]))
    return values


yes = np.array([[1, 0, 1], [0, nan, 1], [0, 1, 1], [0, 1, nan], [1, 0, 1], [1, 1, 1], [nan, 0, 1], [1, 0, 1.0]])
sigmoid = 1 / (1 + np.exp(-logits))
two = slice(0, 2)  # the third column lacks a class
show("auroc", columns(sigmoid[:, two], yes[:, two], metrics.roc_auc_score))
show("auprc", columns(sigmoid[:, two], yes[:, two], metrics.average_precision_score))

classes = np.array([0, 2, 0, 1, 2, 1, 1, 0])
softmax = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
show("accuracy", metrics.accuracy_score(classes, logits.argmax(1)))
show("f1", metrics.f1_score(classes, logits.argmax(1), average=None))
show("macro f1", metrics.f1_score(classes, logits.argmax(1), average="macro"))
show("log loss", metrics.log_loss(classes, softmax))

real = np.array([[1.5, -1, 0.25], [0.5, 2, nan], [1, 2, -2.5], [-2, nan, 1], [1, -3, 3], [-2, 1, 0.5], [0.25, -0.5, 2],
                 [3, 0.125, -1.0]])
show("pcc", columns(logits, real, lambda y, p: stats.pearsonr(y, p)[0]))
show("spearman", columns(logits, real, lambda y, p: stats.spearmanr(y, p)[0]))
show("r2", columns(logits, real, metrics.r2_score))
rows = []
for p, y in zip(logits, real):
    there = ~np.isnan(y)
    rows.append(stats.pearsonr(y[there], p[there])[0])
show("rows", rows)
show("row_pcc", np.mean(rows))

counted = np.array([[9, 0, 1], [1, 1, nan], [5, 22, 0], [0, nan, 1], [2, 0, 40], [0, 6, 1], [1, 0, 9], [3, 2, 0.0]])
show("deviance", columns(np.exp(logits), counted, metrics.mean_poisson_deviance))
show("counts pcc", columns(np.exp(logits), counted, lambda y, p: stats.pearsonr(y, p)[0]))
