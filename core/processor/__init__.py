"""What makes it quick on the processor that is there; what is computed stands in the modules that use it.

cores           how many this process may use
parallel        one item after another in several threads, in order
memory          freed memory stays at hand
waiting         threads of torch that wait give their core back
compiled        kernels that Numba compiles, kept on the disk
byte_kernels    W @ X and δ @ Xᵀ straight from bytes, in floats
digits          a float as three digits, whole numbers that are multiplied exactly
digit_kernels   the same products of digits in vectors, where the processor has VNNI
digit_tiles     and in tiles, where it has AMX: the same numbers bit for bit
llvm_code       what those are put together of
step            W − α u, and whether it is finite, in one pass
adam_pass       Adam's v, s and u in one pass
loss_pass       J and ∂L/∂z of a few logits in one pass
"""
