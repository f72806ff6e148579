/** Identity and TLS by the JDK alone; no I/O and no threads. */
@NullMarked
package io.inmesh.tls;

import org.jspecify.annotations.NullMarked;
