/** The work of experiments on a cluster of Apache Spark. */
package org.lipkit.cluster;
