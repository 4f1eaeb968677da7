/**
 * An independent checker of certificates: a second derivation that shares no code with the library
 * and needs no engine, in plain doubles rounded outward. It is slow and meant to be read.
 *
 * <p>It proves of a small network that the float32 program predicts the same class for every
 * float32 input within a radius of a sample. The weights are those of a frozen network. One
 * assumption is made of the program: a layer's output entry is a sum of products and a bias in
 * float32, in the summation blocks that {@code Affine} counts, within them in any order, and with
 * or without fused multiply-add.
 *
 * <p>What it cannot prove is not thereby false. A claim is refuted only by an input within its
 * radius that the program certainly gives another class.
 *
 * <p>It derives anew, too, the Lipschitz constants in the metadata of exported ONNX files.
 */
package org.lipkit.checker;
