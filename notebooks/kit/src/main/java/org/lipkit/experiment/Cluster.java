package org.lipkit.experiment;

import java.util.ServiceLoader;

/** Workers on other machines, which a module of its own finds so that this one does not need it. */
public interface Cluster extends Workers, AutoCloseable {

  /** Joins a cluster; found as a service. */
  interface Provider {

    /**
     * Joins a cluster; see {@link Cluster#join}.
     *
     * @param master the cluster's address
     * @param cores how many cores work on one task
     * @param memory the Java heap of a worker
     * @return the cluster
     */
    Cluster join(String master, int cores, String memory);
  }

  /**
   * Joins a cluster. Its machines must have this program, the data and the results under the paths
   * that they have here.
   *
   * @param master where the cluster is: {@code spark://host:port}, or {@code local[*]} for this
   *     program itself
   * @param cores how many cores, and threads of the engine, work on one task
   * @param memory the Java heap of a worker, for example {@code 2g}; the engine's arrays lie beside
   *     it
   * @return the cluster, to be closed
   * @throws IllegalStateException if nothing on the class path can do so, or the cluster does not
   *     answer
   */
  static Cluster join(String master, int cores, String memory) {
    return ServiceLoader.load(Provider.class)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Spark is not on the class path; start this as \"environment/lipkit cluster\"."))
        .join(master, cores, memory);
  }

  /** Leaves the cluster; its workers drop what they do. */
  @Override
  void close();
}
