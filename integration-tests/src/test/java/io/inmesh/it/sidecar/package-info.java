/** Apps under the agent and real Envoy sidecars, each as the peer of the other. */
@NullMarked
package io.inmesh.it.sidecar;

import org.jspecify.annotations.NullMarked;
