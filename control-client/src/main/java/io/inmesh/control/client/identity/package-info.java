/** Who this workload is: its key, its certificate, and their renewal. */
@NullMarked
package io.inmesh.control.client.identity;

import org.jspecify.annotations.NullMarked;
