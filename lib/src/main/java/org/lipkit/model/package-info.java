/**
 * The papers' architectures under the papers' names.
 *
 * <p>{@link org.lipkit.layer.Classifier#save} writes a network's numbers as an {@code .npz} file,
 * one array each, and {@code load} reads them back; NumPy reads and writes the same format. An
 * array's name is the path to it, {@code <place><role or class>} at every level, joined by {@code
 * _}, where places are counted from 01: {@code 01body_02Convolution_weight} is the kernel of the
 * body's second layer, {@code 02head_bias} the head's bias, and {@code
 * 01body_03SumOfBranches_02branch_04Convolution_weight} belongs to the fourth layer of a residual
 * branch. All are float32, but where a classifier was built in float64.
 *
 * <table>
 * <caption>Arrays by layer; layers that are not here have none</caption>
 * <tr><th>layer</th><th>array</th><th>shape</th><th>meaning</th></tr>
 * <tr><td rowspan="3">Dense, NormalizedDense, ReparametrizedDense, ResidualDense,
 *   BroDense</td>
 *   <td>weight</td><td>(outputs, inputs)</td><td>the matrix, before any normalisation; V in
 *   BroDense, (larger number, rank)</td></tr>
 * <tr><td>bias</td><td>(outputs)</td><td>added</td></tr>
 * <tr><td>vector</td><td>(1, inputs)</td><td>state of the power iteration</td></tr>
 * <tr><td>also in ResidualDense</td>
 *   <td>affine</td><td>(outputs, 1)</td><td>factor of each row of the residual part</td></tr>
 * <tr><td rowspan="3">Convolution, NormalizedConvolution, ReparametrizedConvolution,
 *   CayleyConvolution, LinearResidual, CenteredLinearResidual</td>
 *   <td>weight</td><td>(channels, inputs / groups, k, k)</td><td>the kernels, for
 *   cross-correlation; of LinearResidual without the identity</td></tr>
 * <tr><td>bias</td><td>(channels)</td><td>added; in NormalizedConvolution the
 *   beta; in the sums of WideResNet, and in the neck of LiResNet++ as coded, 0 and not
 *   trained</td></tr>
 * <tr><td>vector</td><td>(1, inputs, H, W)</td><td>state of the power iteration</td></tr>
 * <tr><td>also in NormalizedConvolution, and in BatchNorm with beta</td>
 *   <td>gamma, mean, variance</td><td>(channels)</td><td>factor; running statistics</td></tr>
 * <tr><td>BatchNorm</td>
 *   <td>beta</td><td>(channels)</td><td>added after normalisation</td></tr>
 * <tr><td>also in LinearResidual, CenteredLinearResidual</td>
 *   <td>affine</td><td>(channels, 1, 1, 1)</td><td>factor of each residual kernel</td></tr>
 * <tr><td>also in CenteredLinearResidual</td>
 *   <td>mean</td><td>(channels)</td><td>running mean of the residual part</td></tr>
 * <tr><td>also in CayleyConvolution</td>
 *   <td>alpha</td><td>(1)</td><td>the length of its frequencies</td></tr>
 * <tr><td rowspan="2">BroConvolution</td>
 *   <td>weight</td><td>(channels, rank, 3, 3)</td><td>the kernels of V without the
 *   identity</td></tr>
 * <tr><td>affine</td><td>(channels, 1, 1, 1)</td><td>factor of each of them</td></tr>
 * <tr><td>Bias</td>
 *   <td>bias</td><td>(channels) or (channels, H, W)</td><td>added</td></tr>
 * <tr><td>Centering</td>
 *   <td>mean</td><td>(channels)</td><td>running mean</td></tr>
 * <tr><td>Rotation</td>
 *   <td>weight</td><td>(channels, channels)</td><td>an orthogonal matrix</td></tr>
 * <tr><td>LipNextBlock</td>
 *   <td>bias, 01position_bias, 02rotation_weight, 03mixing_weight</td><td></td><td>b, p, R,
 *   M</td></tr>
 * <tr><td>Residual, SumOfBranches</td>
 *   <td>01shortcut_..., 02branch_...</td><td></td><td>the arrays of both</td></tr>
 * <tr><td>Concatenation</td>
 *   <td>01branch_..., 02branch_..., ...</td><td></td><td>the arrays of each</td></tr>
 * <tr><td>Scale</td>
 *   <td>factor</td><td>(1)</td><td>s</td></tr>
 * <tr><td>ConvexWeight</td>
 *   <td>alpha</td><td>(1)</td><td>the shortcut's weight; the branch has 1 - alpha</td></tr>
 * <tr><td>Sll</td>
 *   <td>logarithm, 01inner_...</td><td>(channels)</td><td>log q; the arrays of V and b</td></tr>
 * </table>
 */
package org.lipkit.model;
