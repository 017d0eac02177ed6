"""Runs a command and prints how long it took, how many seconds of the processor (which other work on the machine lengthens less) and the most memory
that it held: measured.py COMMAND [ARGUMENT...]. It ends as the command does. prepare sets its peak back from step to step, so that the system is asked
for the peak while the command runs, and not at its end alone."""
import os
import sys
import time

began = time.monotonic()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
peak = ended = 0
while not ended:
    try:
        with open(f"/proc/{pid}/status") as file:
            peak = max([peak] + [int(line.split()[1]) for line in file if line.startswith("VmHWM:")])
    except OSError:
        pass  # it has just ended
    ended, status, used = os.wait4(pid, os.WNOHANG)
    if not ended:
        time.sleep(0.02)
print(
    f"{time.monotonic() - began:.1f} s elapsed, {used.ru_utime + used.ru_stime:.1f} s of the processor, "
    f"peak {max(peak, used.ru_maxrss) / 1024:.0f} MB, load of the machine {os.getloadavg()[0]:.1f}",
    flush=True,
)
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
