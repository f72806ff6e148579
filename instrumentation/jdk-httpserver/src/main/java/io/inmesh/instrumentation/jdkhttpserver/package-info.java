/**
 * {@code com.sun.net.httpserver.HttpServer}. A connection is looked at before the library reads its
 * first request, on the thread that would read it and without blocking it: where bytes are missing
 * the connection goes back to the library's selector. TLS of the mesh stands between the library's
 * streams and the channel. A request is decided about when its head has been read, before the
 * library looks for a context: below all filters of the app, and for paths that have no context.
 */
@NullMarked
package io.inmesh.instrumentation.jdkhttpserver;

import org.jspecify.annotations.NullMarked;
