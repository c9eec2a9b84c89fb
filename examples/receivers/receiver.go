// Receives webhooks: SECRET=whsec_… go run receiver.go
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const mostBytes = 64 * 1024

type message struct {
	Type string `json:"type"`
	Data struct {
		Activity string `json:"activity_id"`
		Revision int64  `json:"revision"`
	} `json:"data"`
}

// In a real system both are tables, written in one transaction with what follows from a message.
var (
	lock      sync.Mutex
	seen      = map[string]bool{}
	revisions = map[string]int64{}
)

func take(message message) {
	activity, revision := message.Data.Activity, message.Data.Revision
	if activity != "" && revision <= revisions[activity] {
		// It arrived late, or is a reminder: worth showing, but its state is known.
		fmt.Println("known", message.Type, revision)
		return
	}
	revisions[activity] = revision
	fmt.Println("took", message.Type, revision)
}

func main() {
	webhook, err := standardwebhooks.NewWebhook(os.Getenv("SECRET"))
	if err != nil {
		log.Fatal(err)
	}
	address := os.Getenv("LISTEN")
	if address == "" {
		address = "127.0.0.1:9000"
	}
	http.HandleFunc("/", func(response http.ResponseWriter, request *http.Request) {
		// The bytes as they came: they are what was signed.
		body, err := io.ReadAll(http.MaxBytesReader(response, request.Body, mostBytes))
		if err != nil {
			response.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		if err := webhook.Verify(body, request.Header); err != nil {
			fmt.Println("refused", err)
			response.WriteHeader(http.StatusBadRequest)
			return
		}
		var message message
		if err := json.Unmarshal(body, &message); err != nil {
			response.WriteHeader(http.StatusBadRequest)
			return
		}
		lock.Lock()
		defer lock.Unlock()
		id := request.Header.Get("webhook-id")
		if seen[id] {
			fmt.Println("again", id)
		} else {
			take(message)
			seen[id] = true // After it was taken: if that fails it comes again.
		}
		response.WriteHeader(http.StatusNoContent)
	})
	listener, err := net.Listen("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}
