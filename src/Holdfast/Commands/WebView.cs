using System.Text.Json;
using Holdfast.Terminal;

namespace Holdfast.Commands;

/// <summary>The web server in a status: where it listens, and how many clients it has.</summary>
internal static class WebView
{
    /// <summary>Puts it on a page; nothing where no nginx.conf is run.</summary>
    internal static void Write(Page page, JsonElement status)
    {
        if (!status.TryGetProperty("web", out JsonElement web))
        {
            return;
        }
        page.Line();
        if (web.ValueKind != JsonValueKind.Object)
        {
            page.Line(page.Paint(Tone.Bad, "The web server does not run."));
        }
        else
        {
            var columns = new Columns("web server", "listens on");
            foreach (JsonElement listener in StatusText.List(web, "listeners"))
            {
                columns.Add(
                    (StatusText.Text(listener, "kind"), Tone.Strong),
                    (StatusText.Text(listener, "address"), Tone.Plain));
            }
            columns.WriteTo(page);
            string clients = StatusText.Plain(StatusText.Number(web, "clients"));
            string threads = StatusText.Plain(StatusText.Number(web, "threads"));
            page.Item(0, "", 0, $"{clients} clients, {threads} event loops, {StatusText.Text(web, "transport")}");
        }
        long restarts = StatusText.Number(status, "webRestarts");
        if (restarts > 0)
        {
            page.Item(0, "", 0, $"the web server was started again {StatusText.Plain(restarts)} times", Tone.Warning);
        }
        long leaving = StatusText.Number(status, "webLeaving");
        if (leaving > 0)
        {
            page.Item(0, "", 0, $"{StatusText.Plain(leaving)} processes of before a reload finish what they serve");
        }
        if (StatusText.Text(status, "webFailure") is { Length: > 0 } failure)
        {
            page.Item(0, "", 0, failure, Tone.Bad);
        }
    }
}
