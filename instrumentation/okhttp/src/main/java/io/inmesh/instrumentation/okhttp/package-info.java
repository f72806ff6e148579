/**
 * OkHttp 3.14 to 5. One interceptor of ours stands right before the library's ConnectInterceptor:
 * it sees each hop with all its headers, below redirects, cookies and cache, and what it changes is
 * undone by BridgeInterceptor before the app sees the response.
 */
@NullMarked
package io.inmesh.instrumentation.okhttp;

import org.jspecify.annotations.NullMarked;
