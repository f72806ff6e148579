/** Envoy resources for one node, with istiod's names and shapes. */
@NullMarked
package io.inmesh.control.plane.generate;

import org.jspecify.annotations.NullMarked;
