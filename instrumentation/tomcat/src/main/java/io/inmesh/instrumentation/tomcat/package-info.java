/**
 * Tomcat 9.0 to 11.0 with the NIO connector. Each accepted connection gets a channel of ours, which
 * decides by its first bytes and speaks the mesh's TLS below Tomcat's protocols; each request is
 * admitted where Tomcat hands it to the container.
 */
@NullMarked
package io.inmesh.instrumentation.tomcat;

import org.jspecify.annotations.NullMarked;
