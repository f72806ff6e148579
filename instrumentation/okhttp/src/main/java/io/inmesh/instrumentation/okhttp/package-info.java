/**
 * OkHttp 3.14 to 5. One interceptor of ours stands right before the library's ConnectInterceptor:
 * it sees each hop with all its headers, below redirects, cookies and cache. What it changes in the
 * head of a request comes in where the library writes it; BridgeInterceptor gives the app its own
 * request back.
 */
@NullMarked
package io.inmesh.instrumentation.okhttp;

import org.jspecify.annotations.NullMarked;
