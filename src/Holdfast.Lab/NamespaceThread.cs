using System.Runtime.ExceptionServices;

namespace Holdfast.Lab;

/// <summary>Runs code on a thread of its own, which may move into namespaces because it ends afterwards.</summary>
internal static class NamespaceThread
{
    /// <summary>Runs <paramref name="work"/> on a new thread and waits for it.</summary>
    /// <returns>What it returned. Its exception is thrown here.</returns>
    internal static T Run<T>(Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        {
            IsBackground = true,
            Name = "lab",
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
