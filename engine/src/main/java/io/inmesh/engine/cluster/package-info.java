/** Clusters, endpoints and load balancing, under Envoy's names. */
@NullMarked
package io.inmesh.engine.cluster;

import org.jspecify.annotations.NullMarked;
