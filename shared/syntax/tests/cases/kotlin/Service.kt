package com.example

import io.ktor.server.application.*
import kotlinx.coroutines.delay as pause

const val TOPIC = "orders.v1"
private val region: String = System.getenv("REGION") ?: "eu"
val timeout by lazy { 5 }

@Serializable
data class Order(val id: Long, @SerialName("grand_total") var total: Double = 0.0)

sealed interface State {
    object Open : State
    data class Closed(val at: Long) : State
}

enum class Level { LOW, HIGH }

typealias Handler = suspend (Order) -> Unit

abstract class Repository<T : Any>(private val client: HttpClient) : Store<T>, Closeable {
    companion object {
        const val LIMIT = 10
        fun create(): Repository<Any> = TODO()
    }

    open suspend fun find(id: Long, expand: Boolean = false): T? {
        val response = client.get("https://api.example.com/orders/$id?x=${expand}") {
            header("X-Api-Key", System.getenv()["API_KEY"])
        }
        return response.body()
    }

    internal fun visible() = Unit
    private fun hidden() {}
    protected val cache: MutableMap<Long, T> = mutableMapOf()
}

fun String.shout(times: Int = 1): String = uppercase().repeat(n = times)

fun main(args: Array<String>) {
    embeddedServer(Netty, port = System.getenv("PORT")?.toInt() ?: 8080) { module() }.start(wait = true)
}
