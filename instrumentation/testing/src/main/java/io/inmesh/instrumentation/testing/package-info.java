/**
 * The client contract and the server contract: what every library module must do, tried in a forked
 * JVM with the real agent jar and the real control plane.
 *
 * <pre>
 *   test JVM                                    forked JVM, -javaagent
 *   ClientContract -- ClientCall -->  ClientApp -> LibraryClient (the library under test)
 *        |          <- ClientAnswer -                     |
 *        +- Upstream (scripted servers)  <--- HTTP -------+
 *        +- control plane (forked), reads MeshFolder
 *
 *   ServerContract -- Wire, MeshCaller (plain and mutual TLS) -->  ServerApp -> LibraryServer
 *        +- control plane (forked) with a certificate authority, reads MeshFolder
 * </pre>
 */
@NullMarked
package io.inmesh.instrumentation.testing;

import org.jspecify.annotations.NullMarked;
