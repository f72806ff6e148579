/** gRPC-Java clients, with Netty shaded and as itself, under the agent. */
@NullMarked
package io.inmesh.it.grpc;

import org.jspecify.annotations.NullMarked;
