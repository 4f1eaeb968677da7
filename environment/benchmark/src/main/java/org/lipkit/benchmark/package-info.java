/** What certified training and certificates cost, timed with JMH. */
package org.lipkit.benchmark;
