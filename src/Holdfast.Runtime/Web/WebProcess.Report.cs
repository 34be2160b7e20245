using System.Buffers;
using System.Text.Json;
using Holdfast.Runtime.Processes;
using Holdfast.Web.Running;

namespace Holdfast.Runtime.Web;

// Its status: where it listens, and who is connected.
public sealed partial class WebProcess
{
    private void Reply(in StatusRequestMessage request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("soft_stop", _isDraining);
            writer.WriteNumber("clients", _engine?.ClientCount ?? 0);
            writer.WriteNumber("threads", _configuration?.ThreadCount ?? 0);
            writer.WriteString("transport", _engine?.TransportReason ?? "");
            writer.WriteStartArray("listeners");
            foreach (WebListener listener in _configuration?.Listeners ?? [])
            {
                writer.WriteStartObject();
                writer.WriteString("address", listener.Name);
                writer.WriteString("kind", listener.Kind switch
                {
                    WebListenerKind.Http => "http",
                    WebListenerKind.Mail => "mail",
                    WebListenerKind.Datagram => "stream udp",
                    _ => "stream",
                });
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        Reply(request.Id, buffer.WrittenSpan);
    }
}
