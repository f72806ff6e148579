/**
 * Netty's channels, whatever speaks above them: at the head of a pipeline the mesh's TLS is put
 * under connections to labelled addresses and under accepted ones. Needs nothing of Netty but its
 * transport; requests are other modules' business, which find the {@code InboundConnection} of a
 * channel in an attribute of that name.
 */
@NullMarked
package io.inmesh.instrumentation.netty;

import org.jspecify.annotations.NullMarked;
