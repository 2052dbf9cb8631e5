// Fills "gives" of each row of table.json whose source is "choria", with what its rules give in its own language:
//
//	go run ask_choria.go table.json
//
// Choria reads replies with encoding/json, addresses with net and durations with time; not shellsafe are seven texts. To add a question, append a row without "gives" and run this. null: Choria refuses it.
package main

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"strings"
	"time"
)

// In the order in which they stand in the table.
type row struct {
	Line   int             `json:"line"`
	Source string          `json:"source"`
	Kind   string          `json:"kind"`
	What   string          `json:"what,omitempty"`
	Input  json.RawMessage `json:"input"`
	Gives  json.RawMessage `json:"gives"`
	Ours   json.RawMessage `json:"ours,omitempty"`
	Why    string          `json:"why,omitempty"`
}

type reply struct {
	Code    uint8  `json:"statuscode"`
	Message string `json:"statusmsg,omitempty"`
	Data    any    `json:"data,omitempty"`
}

func shellsafe(text string) bool {
	for _, bad := range []string{"`", "$", ";", "|", "&&", ">", "<"} {
		if strings.Contains(text, bad) {
			return false
		}
	}
	return true
}

func passes(validator, text string) bool {
	address := net.ParseIP(text)
	switch validator {
	case "ipaddress":
		return address != nil
	case "ipv4address":
		return address.To4() != nil
	case "ipv6address":
		return address != nil && address.To4() == nil
	}
	return shellsafe(text)
}

func answer(kind string, input json.RawMessage) any {
	var text string
	json.Unmarshal(input, &text)
	switch kind {
	case "reply":
		var read reply
		if json.Unmarshal([]byte(text), &read) != nil {
			return nil
		}
		return read
	case "duration":
		length, wrong := time.ParseDuration(text)
		if wrong != nil || length <= 0 {
			return nil
		}
		return length.Seconds()
	}
	var asked struct {
		Validators []string `json:"validators"`
		Text       string   `json:"text"`
	}
	json.Unmarshal(input, &asked)
	given := map[string]bool{}
	for _, name := range asked.Validators {
		given[name] = passes(name, asked.Text)
	}
	return given
}

func packed(value any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(value) != nil {
		panic("cannot be written")
	}
	return bytes.TrimSpace(out.Bytes())
}

func main() {
	text, wrong := os.ReadFile(os.Args[1])
	var rows []row
	if wrong != nil || json.Unmarshal(text, &rows) != nil {
		panic("no table")
	}
	lines := []string{}
	for _, each := range rows {
		if each.Source == "choria" {
			each.Gives = packed(answer(each.Kind, each.Input))
		}
		lines = append(lines, string(packed(each)))
	}
	os.WriteFile(os.Args[1], []byte("[\n"+strings.Join(lines, ",\n")+"\n]\n"), 0o644)
}
