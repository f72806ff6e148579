/** The control plane process: a folder of Istio YAML in, Envoy resources over ADS out. */
@NullMarked
package io.inmesh.control.plane;

import org.jspecify.annotations.NullMarked;
