using System.Buffers;
using System.Text.Json;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Supervision;

// Requests of the control socket, as {"command":"status"}; the answer is a line: {"ok":true,…} or {"ok":false,…}.
public sealed partial class Supervisor
{
    private const int StatusSizeMax = 16 << 20;

    private readonly List<PendingStatus> _statusRequests = [];
    private uint _statusId;

    private static TimeSpan StatusTimeout => TimeSpan.FromSeconds(2);

    private MonotonicTime StatusDeadline
        => _statusRequests.Count == 0 ? MonotonicTime.Never : _statusRequests[0].Deadline;

    private void OnRequest(ControlConnection client, ReadOnlyMemory<byte> line)
    {
        string? command = null;
        string? name = null;
        StatusKind kind = StatusKind.Summary;
        bool colour = false;
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                command = Member(document.RootElement, "command");
                name = Member(document.RootElement, "name");
                kind = Member(document.RootElement, "detail") == "full" ? StatusKind.Full : StatusKind.Summary;
                colour = document.RootElement.TryGetProperty("colour", out JsonElement paint)
                    && paint.ValueKind == JsonValueKind.True;
            }
        }
        catch (JsonException)
        {
            command = null;
        }
        switch (command)
        {
            case "version":
                client.Reply(Json(ok: true, w => w.WriteString("version", _options.Version)));
                break;
            case "status":
                RequestStatus(client, kind);
                break;
            case "explain":
                RequestExplanation(client, name);
                break;
            case "explain-server":
                RequestServerExplanation(client, name ?? "");
                break;
            case "configuration":
                // Passwords are in it; the socket serves root and ourselves alone.
                client.Reply(Json(ok: true, w =>
                {
                    w.WriteBase64String("snapshot", _configuration.Snapshot.Span);
                    if (_configuration.Proxy is { } proxy)
                    {
                        w.WriteBase64String("proxy", proxy.Snapshot.Span);
                    }
                    if (_configuration.Web is { } web)
                    {
                        w.WriteBase64String("web", web.Snapshot.Span);
                    }
                }));
                break;
            case "reload":
                Reload("by the control socket", new ReloadClient(client, colour));
                break;
            case "upgrade":
                BeginUpgrade(name, client);
                break;
            case "stop":
                client.Reply(Json(ok: true, static _ => { }));
                Stop("by the control socket");
                break;
            default:
                client.Reply(Json(ok: false, w => WriteError(w, false, "unknown command")));
                break;
        }
    }

    private static string? Member(JsonElement request, string name)
        => request.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    /// <summary>Asks those children that run, and answers when all have, or the time is over.</summary>
    private void RequestStatus(
        ControlConnection client, StatusKind kind,
        StatusPart parts = StatusPart.Vrrp | StatusPart.Checks | StatusPart.Proxy | StatusPart.Web,
        int index = -1, int server = -1)
    {
        var request = new StatusRequestMessage(++_statusId, kind, index, server);
        var pending = new PendingStatus(request.Id, client, MonotonicClock.Now + StatusTimeout);
        if (parts.HasFlag(StatusPart.Vrrp) && _child?.Channel.TrySend(in request) == Errno.Success)
        {
            pending.Missing |= StatusPart.Vrrp;
        }
        if (parts.HasFlag(StatusPart.Checks) && _checks.Channel?.TrySend(in request) == Errno.Success)
        {
            pending.Missing |= StatusPart.Checks;
        }
        if (parts.HasFlag(StatusPart.Proxy) && _served.HAProxy.Channel?.TrySend(in request) == Errno.Success)
        {
            pending.Missing |= StatusPart.Proxy;
        }
        if (parts.HasFlag(StatusPart.Web) && _served.Nginx.Channel?.TrySend(in request) == Errno.Success)
        {
            pending.Missing |= StatusPart.Web;
        }
        _statusRequests.Add(pending);
        AnswerIfWhole(pending);
    }

    private void OnStatusReply(StatusReplyMessage reply, ChildChannel channel)
    {
        using FdHandle memory = channel.TakeDescriptor();
        OnStatusPart(reply.Id, memory, StatusPart.Vrrp);
    }

    private void OnStatusPart(uint id, FdHandle memory, StatusPart part)
    {
        if (_statusRequests.Find(r => r.Id == id) is not { } pending)
        {
            return;
        }
        byte[] json = [];
        Errno errno = memory.IsInvalid ? Errno.EBADF : SealedMemory.TryRead(memory.Number, StatusSizeMax, out json);
        if (errno != Errno.Success)
        {
            _log.Error($"The status of the {part} process cannot be read: "
                + $"{errno}");
        }
        pending.Missing &= ~part;
        pending.Set(part, json);
        AnswerIfWhole(pending);
    }

    private void AnswerIfWhole(PendingStatus pending)
    {
        if (pending.Missing == StatusPart.None && _statusRequests.Remove(pending))
        {
            ReplyStatus(pending);
        }
    }

    private void ExpireStatusRequests(MonotonicTime now)
    {
        while (_statusRequests.Count > 0 && _statusRequests[0].Deadline <= now)
        {
            PendingStatus late = _statusRequests[0];
            _statusRequests.RemoveAt(0);
            ReplyStatus(late);
        }
    }

    /// <summary>Nobody will answer these any more.</summary>
    private void FailStatusRequests(StatusPart parts)
    {
        foreach (PendingStatus pending in _statusRequests.ToArray())
        {
            pending.Missing &= ~parts;
            AnswerIfWhole(pending);
        }
    }

    private void ReplyStatus(PendingStatus pending)
        => pending.Client.Reply(Json(ok: true, writer =>
        {
            writer.WriteString("version", _options.Version);
            writer.WriteNumber("pid", Environment.ProcessId);
            writer.WriteString("phase", Phase.ToString());
            writer.WriteNumber("generation", _generation);
            writer.WriteNumber("restarts", _restartCount);
            if (_failure is not null)
            {
                writer.WriteString("failure", _failure);
            }
            writer.WriteBoolean("vrrpWanted", _options.RunsVrrp);
            writer.WriteNumber("vrrpPid", _child?.Pid ?? 0);
            writer.WriteBoolean("vrrpReady", _child?.IsReady ?? false);
            _checks.Write(writer);
            _served.Write(writer);
            _history.Write(writer);
            WriteChecks(writer);
            _readiness.Write(writer);
            WritePart(writer, "vrrp", pending.Vrrp); // null: it does not run, or did not answer in time
            if (_configuration.Model.VirtualServerCount > 0 || !pending.Checks.IsEmpty)
            {
                WritePart(writer, "checks", pending.Checks);
            }
            if (_served.HAProxy.IsConfigured)
            {
                WritePart(writer, "proxy", pending.Proxy);
            }
            if (_served.Nginx.IsConfigured)
            {
                WritePart(writer, "web", pending.Web);
            }
        }));

    private static void WritePart(Utf8JsonWriter writer, string name, ReadOnlyMemory<byte> json)
    {
        writer.WritePropertyName(name);
        if (json.IsEmpty)
        {
            writer.WriteNullValue();
        }
        else
        {
            writer.WriteRawValue(json.Span);
        }
    }

    private static void WriteError(Utf8JsonWriter writer, bool ok, string error)
    {
        if (!ok)
        {
            writer.WriteString("error", error);
        }
    }

    private static ReadOnlyMemory<byte> Json(bool ok, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("ok", ok);
            write(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }
}
