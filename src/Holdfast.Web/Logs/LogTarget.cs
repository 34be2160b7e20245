namespace Holdfast.Web.Logs;

/// <summary>Where lines of a log go. Of the whole process; may be used on any thread.</summary>
public abstract class LogTarget : IDisposable
{
    /// <summary>Writes a line, its end included; what cannot be written is lost.</summary>
    /// <param name="line">One line, or several whole ones.</param>
    public abstract void Write(ReadOnlySpan<byte> line);

    /// <summary>Opens it anew by its name: what had the name before may have been renamed.</summary>
    public virtual void Reopen()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes it.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
