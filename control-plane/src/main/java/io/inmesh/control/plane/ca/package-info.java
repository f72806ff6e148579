/** The certificate authority: who asks, and what is signed. */
@NullMarked
package io.inmesh.control.plane.ca;

import org.jspecify.annotations.NullMarked;
