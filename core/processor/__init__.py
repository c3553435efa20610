"""What makes it quick on the processor that is there; what is computed stands in the modules that use it.

cores           how many this process may use
parallel        one item after another in several threads, in order
memory          freed memory stays at hand
compiled        kernels that Numba compiles, kept on the disk
byte_kernels    W @ X and δ @ Xᵀ straight from bytes, in floats
bfloat_tiles    the same in tiles of bfloat16, each float as the sum of three, where the processor has AMX
step            W − α u, and whether it is finite, in one pass
"""
