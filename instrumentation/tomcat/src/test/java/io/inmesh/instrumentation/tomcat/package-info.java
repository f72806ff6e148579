/** How Tomcat's headers are read and edited. */
@NullMarked
package io.inmesh.instrumentation.tomcat;

import org.jspecify.annotations.NullMarked;
