/** Images and labels: official files, made-up data, augmentation, batches. */
package org.lipkit.data;
