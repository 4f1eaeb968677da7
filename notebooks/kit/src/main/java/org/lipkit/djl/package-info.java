/** Certified models in the shape that DJL gives to models: zoo, criteria, predictor, translator. */
package org.lipkit.djl;
