/**
 * Requests that ports of Netty get over HTTP/2: a listener before the app's own asks about the head
 * of each stream. A module of its own, because not every app with Netty has its HTTP/2 codec.
 */
@NullMarked
package io.inmesh.instrumentation.nettyhttp2;

import org.jspecify.annotations.NullMarked;
