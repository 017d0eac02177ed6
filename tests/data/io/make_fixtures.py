"""Makes the small NumPy and PyTorch-format files of this folder: python3 make_fixtures.py (needs numpy)."""
import numpy as np

x = (np.arange(24).reshape(2, 3, 4) - 5) / 2
np.save("f8.npy", x)
np.save("f4_fortran.npy", np.asfortranarray(x.astype("<f4")))
np.save("f2_big.npy", x.astype(">f2"))
np.save("i8_big_fortran.npy", np.asfortranarray((x * 2).astype(">i8")))
np.save("u2.npy", np.array([0, 1, 65535], "<u2"))
np.save("scalar.npy", np.float32(1.5))
np.save("bool.npy", np.array([[True, False]]))
np.save("texts.npy", np.array(["chr1:2-3", "b"]))
np.save("objects.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
np.savez("stored.npz", x=x, labels=np.array([1, 0, 1], "<i4"))
np.savez_compressed("deflated.npz", x=np.tile(x, (20, 1, 1)), labels=np.array([1, 0, 1], "<i4"))
