/**
 * gRPC-Java clients over Netty, shaded or not. An interceptor of ours, the nearest to the wire,
 * drives the attempts of each call; the channel's load balancer finds a subchannel for the endpoint
 * that an attempt names, beside whatever the app's own policy balances.
 */
@NullMarked
package io.inmesh.instrumentation.grpc;

import org.jspecify.annotations.NullMarked;
