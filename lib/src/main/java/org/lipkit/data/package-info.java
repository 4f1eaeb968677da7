/**
 * Images and labels: official files, made-up data, augmentation, batches.
 *
 * @serial exclude
 */
package org.lipkit.data;
