package com.example.orders

import akka.http.scaladsl.server.Directives._
import com.example.shared.{Client, Options => Opts}
import scala.util.Try

/** A service. */
trait Store[K] extends Base {
  def get(key: K): Option[String]
  val name: String
}

case class Order(id: Long, total: Double = 0.0)
sealed abstract class State(val code: Int)
object State {
  case object Open extends State(1)
  val Default: State = Open
  private val hidden = 1
}

object Main extends App {
  val url = sys.env("ORDERS_URL")
  val region = sys.env.getOrElse("REGION", "eu")
  val key = sys.env.get("API_KEY")
  val home = System.getenv("HOME_DIR")
  type Handler = Order => Unit
  lazy val client: Client = new Client(url, retries = 3)

  @tailrec
  final def find(id: Long)(implicit ec: Ctx): Future[Order] = {
    val response = client.get(s"https://api.example.com/orders/$id/lines?x=${region}", Map("X-Api-Key" -> key))
    response.map(_.body).flatMap { b => parse(b) }
  }
  private def hidden(): Unit = ()
  protected def visible = 1
}

enum Color { case Red, Green }
class Service(client: Client) extends Store[String] { override def get(key: String): Option[String] = None }
