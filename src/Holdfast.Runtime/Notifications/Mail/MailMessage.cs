using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Holdfast.Runtime.Notifications.Mail;

/// <summary>One alert and the way it goes: all that the process which sends it must know.</summary>
/// <param name="Server">Host name or address of the mail server.</param>
/// <param name="Port">Its port.</param>
/// <param name="Helo">The name in HELO.</param>
/// <param name="Timeout">How long one step of the conversation may take.</param>
/// <param name="From">Sender.</param>
/// <param name="To">Receivers.</param>
/// <param name="Subject">Subject, one line.</param>
/// <param name="Body">Text, one line.</param>
/// <param name="Date">When it happened, with the local offset from UTC.</param>
public sealed record MailMessage(
    string Server, int Port, string Helo, TimeSpan Timeout, string From, ImmutableArray<string> To, string Subject,
    string Body, DateTimeOffset Date)
{
    /// <summary>
    /// The message as it goes over the wire after DATA, the end mark included (RFC 5322, RFC 5321 §4.5.2).
    /// </summary>
    public byte[] Content()
    {
        string date = Date.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture)
            + Date.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
        string dot = Body.StartsWith('.') ? "." : "";
        string text = $"Date: {date}\r\nFrom: {From}\r\nSubject: {Subject}\r\nX-Mailer: Keepalived\r\n"
            + $"To: {string.Join(", ", To)}\r\n\r\n{dot}{Body}\r\n\r\n.\r\n";
        return Encoding.UTF8.GetBytes(text);
    }

    /// <summary>The message as JSON, for the process that sends it.</summary>
    public byte[] ToJson()
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteString("server", Server);
            json.WriteNumber("port", Port);
            json.WriteString("helo", Helo);
            json.WriteNumber("timeout", Timeout.Ticks);
            json.WriteString("from", From);
            json.WriteStartArray("to");
            foreach (string one in To)
            {
                json.WriteStringValue(one);
            }
            json.WriteEndArray();
            json.WriteString("subject", Subject);
            json.WriteString("body", Body);
            json.WriteString("date", Date);
            json.WriteEndObject();
        }
        return memory.ToArray();
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static MailMessage FromJson(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        return new MailMessage(
            Text(root, "server"),
            root.GetProperty("port").GetInt32(),
            Text(root, "helo"),
            TimeSpan.FromTicks(root.GetProperty("timeout").GetInt64()),
            Text(root, "from"),
            [.. root.GetProperty("to").EnumerateArray().Select(static e => e.GetString() ?? "")],
            Text(root, "subject"),
            Text(root, "body"),
            root.GetProperty("date").GetDateTimeOffset());
    }

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? "";
}
