package io.inmesh.instrumentation.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/**
 * A call as the app has started it.
 *
 * @param next what lies below our interceptor
 * @param context in which the app has made it
 * @param metadata the app's own; left as it is
 * @param head what the engine sees of it
 */
record StartedCall<A, B>(
    Channel next,
    MethodDescriptor<A, B> method,
    CallOptions options,
    Context context,
    Metadata metadata,
    GrpcRequestHead head,
    AppListener<B> listener) {}
