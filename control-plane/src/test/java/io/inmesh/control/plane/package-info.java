/** Tests of the control plane as a whole, through its ports. */
@NullMarked
package io.inmesh.control.plane;

import org.jspecify.annotations.NullMarked;
