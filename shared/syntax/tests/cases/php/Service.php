<?php
declare(strict_types=1);

namespace Acme\Orders;

use Acme\Shared\Client;
use Acme\Shared\{Options, Config as Settings};
use function Acme\Shared\helper;
require_once __DIR__ . '/vendor/autoload.php';
include 'extra.php';

const VERSION = '1.2.3';
define('LIMIT', 10);

interface Store { public function get(string $key): ?string; }
trait Logs { protected function log(string $m): void {} }
enum State: string { case Open = 'open'; case Closed = 'closed'; }

#[Entity(table: 'orders')]
final class OrderService extends BaseService implements Store
{
    use Logs;
    public const TOPIC = 'orders.created.v1';
    private const HIDDEN = 1;
    public ?string $name = 'x';

    public function __construct(private Client $client, string $name = 'n')
    {
        $this->url = getenv('ORDERS_URL');
        $key = $_ENV['API_KEY'] ?? 'none';
        $server = $_SERVER['HTTP_HOST'];
        $mode = env('APP_MODE', 'production');
    }

    #[Route('/orders/{id}', name: 'order', methods: ['GET', 'HEAD'])]
    public function find(int $id, bool $expand = false): ?Order
    {
        $response = $this->client->get("/orders/{$id}/lines?x=$expand", ['headers' => ['X-Api-Key' => $key]]);
        $order = new Order($id, total: 5);
        Order::create('x');
        return json_decode($response->getBody(), true);
    }

    private function hidden() {}
    public static function of(...$args): static { return new static(...$args); }
}

function top_level($a, &$b = null) { return strlen($a); }
$closure = fn($x) => $x + 1;
