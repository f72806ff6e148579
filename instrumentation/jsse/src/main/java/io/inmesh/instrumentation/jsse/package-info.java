/**
 * Server names of Istio in the JDK's own TLS: {@code outbound_.80_._.HOST} is no host name to it,
 * so a server would answer a sidecar's ClientHello with an alert.
 */
@NullMarked
package io.inmesh.instrumentation.jsse;

import org.jspecify.annotations.NullMarked;
