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

    private readonly List<(uint Id, ControlConnection Client, MonotonicTime Deadline)> _statusRequests = [];
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
            case "configuration":
                // Passwords are in it; the socket serves root and ourselves alone.
                client.Reply(Json(ok: true, w => w.WriteBase64String("snapshot", _configuration.Snapshot.Span)));
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

    private void RequestStatus(ControlConnection client, StatusKind kind, int instance = -1)
    {
        uint id = ++_statusId;
        var request = new StatusRequestMessage(id, kind, instance);
        if (_child is null || _child.Channel.TrySend(in request) != Errno.Success)
        {
            ReplyStatus(client, ReadOnlyMemory<byte>.Empty);
            return;
        }
        _statusRequests.Add((id, client, MonotonicClock.Now + StatusTimeout));
    }

    private void OnStatusReply(StatusReplyMessage reply, ChildChannel channel)
    {
        using FdHandle memory = channel.TakeDescriptor();
        int index = _statusRequests.FindIndex(r => r.Id == reply.Id);
        if (index < 0)
        {
            return;
        }
        ControlConnection client = _statusRequests[index].Client;
        _statusRequests.RemoveAt(index);
        byte[] json = [];
        Errno errno = memory.IsInvalid ? Errno.EBADF : SealedMemory.TryRead(memory.Number, StatusSizeMax, out json);
        if (errno != Errno.Success)
        {
            _log.Error($"The status of the VRRP process cannot be read: {errno}");
        }
        ReplyStatus(client, json);
    }

    private void ExpireStatusRequests(MonotonicTime now)
    {
        while (_statusRequests.Count > 0 && _statusRequests[0].Deadline <= now)
        {
            ReplyStatus(_statusRequests[0].Client, ReadOnlyMemory<byte>.Empty);
            _statusRequests.RemoveAt(0);
        }
    }

    private void FailStatusRequests()
    {
        _statusRequests.ForEach(r => ReplyStatus(r.Client, ReadOnlyMemory<byte>.Empty));
        _statusRequests.Clear();
    }

    private void ReplyStatus(ControlConnection client, ReadOnlyMemory<byte> vrrp)
        => client.Reply(Json(ok: true, writer =>
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
            writer.WriteNumber("vrrpPid", _child?.Pid ?? 0);
            writer.WriteBoolean("vrrpReady", _child?.IsReady ?? false);
            _checks.Write(writer);
            _history.Write(writer);
            WriteChecks(writer);
            _readiness.Write(writer);
            writer.WritePropertyName("vrrp");
            if (vrrp.IsEmpty)
            {
                writer.WriteNullValue(); // it does not run, or did not answer in time
            }
            else
            {
                writer.WriteRawValue(vrrp.Span);
            }
        }));

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
