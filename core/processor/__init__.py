"""What makes it quick on the processor that is there; what is computed stands in the modules that use it.

cores           how many this process may use
parallel        one item after another in several threads, in order
memory          freed memory stays at hand
waiting         threads of torch that wait give their core back
compiled        kernels that Numba compiles, kept on the disk
byte_kernels    W @ X and δ @ Xᵀ straight from bytes, in floats
digit_kernels   the same in whole numbers, each float as three digits, where the processor has VNNI
bfloat_tiles    the same in tiles of bfloat16, each float as the sum of three, where the processor has AMX
llvm_code       what those two are put together of
step            W − α u, and whether it is finite, in one pass
adam_pass       Adam's v, s and u in one pass
"""
