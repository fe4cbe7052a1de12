import React, { useEffect, useState } from 'react';
import styles from './Card.module.css';

interface Props {
  title: string;
  onClose?: () => void;
}

export const Card: React.FC<Props> = ({ title, children }) => {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    fetch(`/api/cards/${title}`).then((r) => r.json());
  }, [title]);
  return (
    <div className={styles.card} onClick={() => setOpen(!open)}>
      <Button href="/docs/start" label="Go" />
      {open ? <span>Text with &amp; entity</span> : null}
      {process.env.NEXT_PUBLIC_URL}
    </div>
  );
};

export default function Page<T extends object>({ params }: { params: { id: string } }) {
  return <Card title={params.id} />;
}
