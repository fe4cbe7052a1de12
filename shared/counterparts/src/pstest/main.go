// Google's own fake of Pub/Sub as a server: the first argument is the address to listen on, every further one the name
// (project/name) of a topic that exists from the start, with a subscription of the same name. Like the service it speaks
// gRPC, and JSON for what is asked about subscriptions.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"

	"cloud.google.com/go/pubsub/pstest"
	"github.com/golang/protobuf/jsonpb"
	"github.com/golang/protobuf/proto"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/h2c"
	pb "google.golang.org/genproto/googleapis/pubsub/v1"
	"google.golang.org/grpc"
)

func main() {
	fake := &pstest.NewServer().GServer
	for _, name := range os.Args[2:] {
		if err := add(fake, name); err != nil {
			log.Fatal(err)
		}
	}
	// Pub/Sub takes 10 MB a request, gRPC's default is less.
	server := grpc.NewServer(grpc.MaxRecvMsgSize(16 << 20))
	pb.RegisterPublisherServer(server, fake)
	pb.RegisterSubscriberServer(server, fake)
	both := http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		if strings.HasPrefix(request.Header.Get("Content-Type"), "application/grpc") {
			server.ServeHTTP(answer, request)
		} else {
			tell(fake, answer, request)
		}
	})
	log.Fatal(http.ListenAndServe(os.Args[1], h2c.NewHandler(both, &http2.Server{})))
}

func add(fake *pstest.GServer, name string) error {
	project, id, _ := strings.Cut(name, "/")
	topic := "projects/" + project + "/topics/" + id
	subscription := "projects/" + project + "/subscriptions/" + id
	if _, err := fake.CreateTopic(context.Background(), &pb.Topic{Name: topic}); err != nil {
		return err
	}
	// 10 s is the shortest deadline that Pub/Sub takes.
	wanted := &pb.Subscription{Name: subscription, Topic: topic, AckDeadlineSeconds: 10}
	_, err := fake.CreateSubscription(context.Background(), wanted)
	return err
}

// GET /v1/projects/P/subscriptions and /v1/projects/P/subscriptions/S.
func tell(fake *pstest.GServer, answer http.ResponseWriter, request *http.Request) {
	name := strings.TrimPrefix(request.URL.Path, "/v1/")
	project := strings.TrimSuffix(name, "/subscriptions")
	var told proto.Message
	var err error
	if project != name {
		wanted := &pb.ListSubscriptionsRequest{Project: project, PageToken: request.URL.Query().Get("pageToken")}
		told, err = fake.ListSubscriptions(request.Context(), wanted)
	} else {
		told, err = fake.GetSubscription(request.Context(), &pb.GetSubscriptionRequest{Subscription: name})
	}
	answer.Header().Set("Content-Type", "application/json")
	if err != nil {
		answer.WriteHeader(http.StatusNotFound)
		fmt.Fprintf(answer, `{"error": {"code": 404, "message": %q, "status": "NOT_FOUND"}}`, err.Error())
		return
	}
	(&jsonpb.Marshaler{}).Marshal(answer, told)
}
