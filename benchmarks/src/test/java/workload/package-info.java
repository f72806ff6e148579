/** What the measured programs do by themselves. */
@NullMarked
package workload;

import org.jspecify.annotations.NullMarked;
