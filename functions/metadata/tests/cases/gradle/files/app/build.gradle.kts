plugins {
    id("com.android.application") version "8.3.2" apply false
    alias(libs.plugins.kotlin)
}
val ktor: String by project
val coroutines = "1.8.0"
dependencies {
    implementation(libs.retrofit.core)
    implementation(platform(libs.compose.bom))
    implementation("org.jetbrains.kotlinx:kotlinx-coroutines-core:$coroutines")
    testImplementation(kotlin("test"))
    kapt("com.google.dagger:hilt-compiler:2.51")
    implementation("io.ktor:ktor-server-core:$ktor")
}
