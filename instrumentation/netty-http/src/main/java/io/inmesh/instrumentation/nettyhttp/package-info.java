/**
 * Requests that ports of Netty get over HTTP/1.1: a handler behind the library's own decoder asks
 * about each before a handler of the app sees it. A module of its own, because not every app with
 * Netty has its HTTP codec.
 */
@NullMarked
package io.inmesh.instrumentation.nettyhttp;

import org.jspecify.annotations.NullMarked;
