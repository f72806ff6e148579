/**
 * Calls that servers of gRPC get over its Netty transport, the one of {@code grpc-netty} or that of
 * {@code grpc-netty-shaded}: an interceptor before all of the app's asks about each.
 */
@NullMarked
package io.inmesh.instrumentation.grpcserver;

import org.jspecify.annotations.NullMarked;
