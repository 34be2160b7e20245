using System.Text;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Management.StateFile;
using Holdfast.Proxy.HAProxy;

namespace Holdfast.Runtime.Proxy;

// What servers begin with: a state file, where the file names one, and what the process before has left.
public sealed partial class ProxyProcess
{
    private const int StateFileMax = 16 << 20;

    /// <summary>Options whose servers begin with what is known of them. Who served before knows best.</summary>
    private Holdfast.Proxy.Options.ProxyOptions Recall(ProxyTranslation translation, string left)
    {
        Holdfast.Proxy.Options.ProxyOptions options = translation.Options;
        HAProxyModel model = translation.Model;
        if (FileOf(model.Global) is { } path && ReadState(path) is { } all)
        {
            options = ServerStates.Recall(options, all, name => ModeOf(model, name) == "global");
        }
        foreach (ProxyModel proxy in model.Proxies.Where(one => ModeOf(model, one.Name) == "local"))
        {
            string own = WordOf(proxy, "server-state-file-name") is { Length: > 0 } given && given != "use-backend-name"
                ? given : proxy.Name;
            if (ReadState(Path.Combine(BaseOf(model.Global), own)) is { } text)
            {
                options = ServerStates.Recall(options, text, name => name == proxy.Name);
            }
        }
        return left.Length > 0 ? ServerStates.Recall(options, left, static _ => true) : options;
    }

    private static string BaseOf(GlobalModel global)
        => global.Setting("server-state-base") is [var path, ..] ? path : "";

    private static string? FileOf(GlobalModel global)
        => global.Setting("server-state-file") is [var path, ..] ? Path.Combine(BaseOf(global), path) : null;

    private static string ModeOf(HAProxyModel model, string backend)
        => model.FindBackend(backend) is { } proxy && WordOf(proxy, "load-server-state-from-file") is { } mode
            ? mode : "none";

    private static string? WordOf(ProxyModel proxy, string keyword)
        => proxy.Others.LastOrDefault(one => one.Keyword == keyword)?.Arguments is [var word, ..] ? word
            : proxy.Others.Any(one => one.Keyword == keyword) ? "" : null;

    private string? ReadState(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                return null; // before the first one was written
            }
            if (file.Length <= StateFileMax)
            {
                return File.ReadAllText(path, Encoding.UTF8);
            }
            Log.Warning($"State file {path} is too large: it is not read");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.Warning($"State file {path} cannot be read: {e.Message}");
        }
        return null;
    }
}
