package io.inmesh.engine.cluster;

/**
 * The cluster that this process is a host of: Envoy's {@code local_cluster_name}. It turns on
 * zone-aware routing in all others.
 *
 * @param state of that cluster
 * @param locality of this process
 */
public record LocalCluster(ClusterState state, Locality locality) {}
