using System.Buffers;
using System.Text.Json;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Checks.Process;

// What it tells: changes of servers to those who want to hear of them, its status to the supervisor.
public sealed partial class CheckProcess
{
    /// <summary>
    /// Tells a change after the plane has it. Scripts, FIFOs, mail and the log hear of it from here, in this order of
    /// changes; indexes are those of <see cref="Model"/>.
    /// </summary>
    private void Tell(ServiceChange change) => _options.Told?.Invoke(Model, change);

    private void Reply(in StatusRequestMessage request)
    {
        if (_model is null)
        {
            return;
        }
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            WriteStatus(writer);
        }
        if (SealedMemory.TryCreate("status", buffer.WrittenSpan, out FdHandle memory) == Errno.Success)
        {
            using (memory)
            {
                _channel.TrySend(new StatusReplyMessage(request.Id, buffer.WrittenCount), memory.Number);
            }
        }
    }

    private void WriteStatus(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("plane", _plane.Name);
        writer.WriteString("problem", _plane.Problem);
        writer.WriteStartArray("refused");
        foreach (string sentence in _plane.Refused)
        {
            writer.WriteStringValue(sentence);
        }
        writer.WriteEndArray();
        writer.WriteStartArray("problems");
        foreach (string problem in _engine.Problems)
        {
            writer.WriteStringValue(problem);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
